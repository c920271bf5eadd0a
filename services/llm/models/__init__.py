"""The models that are asked: whose server, the exchange with it, and how what it takes is counted."""
