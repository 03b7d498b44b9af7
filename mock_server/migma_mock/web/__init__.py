"""The pages that the mock serves: the dashboard and the readable documentation."""
