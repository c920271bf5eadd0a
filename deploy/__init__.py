"""How the house is run: on one machine (`deploy.local`), with compose, on Kubernetes."""
