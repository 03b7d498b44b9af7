"""The drift gallery: one pretended live API in many variants, drifted and conforming."""
