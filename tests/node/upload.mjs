// Uploads a file with tus-js-client: node upload.mjs <endpoint> <token> <file> <parallel>. Prints the upload's URL.
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { Upload } from 'tus-js-client'

const [endpoint, token, file, parallel] = process.argv.slice(2)
const parts = Number(parallel ?? 1)
const { size } = await stat(file)
const upload = new Upload(createReadStream(file), {
  endpoint,
  headers: { Authorization: `Bearer ${token}` },
  metadata: { filename: basename(file), filetype: 'text/csv' },
  ...(parts === 1 ? { uploadSize: size } : {}),
  parallelUploads: parts,
  retryDelays: Array(60).fill(500),
  onError(error) {
    console.error(String(error))
    process.exit(1)
  },
  onSuccess() {
    // Connections that a tunnel broke may keep the process alive for long.
    process.stdout.write(`${upload.url}\n`, () => process.exit(0))
  },
})
upload.start()
