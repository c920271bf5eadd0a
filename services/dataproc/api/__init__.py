"""`/v1/tables`: what became of the files, and what people do to it."""

from fastapi import APIRouter

from services.dataproc.api import cleaning, dictionary, tables

router = APIRouter()
router.include_router(tables.router)
router.include_router(cleaning.router)
router.include_router(dictionary.router)

__all__ = ["router"]
