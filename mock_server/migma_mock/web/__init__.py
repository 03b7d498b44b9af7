"""The pages that the mock serves: the dashboard, and documentation of the API and of the control API."""
