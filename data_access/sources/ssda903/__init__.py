"""The statutory return (SSDA903)."""
