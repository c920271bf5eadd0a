"""The embedded stack: real servers from wheels and the five services as ordinary processes on loopback.

`python -m deploy.local up | down | status`; from Python, `deploy.local.stack.Stack` and
`deploy.local.servers.embedded_servers`.
"""
