"""The kinds of campaigns that can be generated, one file each."""
