"""The state that several workers share: copies of it in each worker, and the store that decides what is current."""
