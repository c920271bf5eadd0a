"""Logs, metrics, traces and health, the same in every service."""
