"""The frame around every page: menu, filters, what is asked, and how pages are served."""
