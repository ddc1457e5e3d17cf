"""The local app: a page on this computer that runs every task. Only `page.py` and `server.py` need Gradio."""
