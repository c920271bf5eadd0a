"""`python -m services.dataproc`"""

from services.dataproc.app import create_app
from services.dataproc.settings import Settings
from shared.web import serve

if __name__ == "__main__":
    settings = Settings()
    serve("dataproc", settings, lambda: create_app(settings))
