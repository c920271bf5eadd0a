"""The five deployable services. They never import one another: they meet through the contracts in `shared`."""
