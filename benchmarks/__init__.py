"""Speed, side by side: the mock, the limits it could reach, and the peers that a reader may know.

``python -m benchmarks run`` measures, and writes ``results/latest.json`` and ``docs/performance.md`` from it.
Linux only: CPU time and memory are read from ``/proc``.
"""
