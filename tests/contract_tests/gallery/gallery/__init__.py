"""The drift gallery: an imitation of the live API in many variants, with drift and without."""
