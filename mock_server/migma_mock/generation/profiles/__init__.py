"""The profiles of generated campaigns, one file each."""
