"""One run of a check: send the probes, judge the exchanges, decide the verdict."""
