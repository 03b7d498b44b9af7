"""Faults: a closed list of deterministic changes to a reply, without any I/O.

Every reply of the mock satisfies the contract (:mod:`migma_mock.messages.reply`) unless a fault changed it, and then
its ``matched_by`` names the fault.
"""

from migma_mock.faults.armed import ArmedFault, ArmedFaults, TooManyFaultsError, apply
from migma_mock.faults.base import MAX_SECONDS, FaultKind, FaultSpec
from migma_mock.faults.catalogue import FAULTS, AnyFaultSpec, parse_fault
from migma_mock.faults.warnings import arming_warnings

__all__ = [
    "FAULTS",
    "MAX_SECONDS",
    "AnyFaultSpec",
    "ArmedFault",
    "ArmedFaults",
    "FaultKind",
    "FaultSpec",
    "TooManyFaultsError",
    "apply",
    "arming_warnings",
    "parse_fault",
]
