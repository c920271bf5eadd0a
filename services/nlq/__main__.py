"""`python -m services.nlq`"""

from services.nlq.app import create_app
from services.nlq.settings import Settings
from shared.web import serve

if __name__ == "__main__":
    settings = Settings()
    serve("nlq", settings, lambda: create_app(settings))
