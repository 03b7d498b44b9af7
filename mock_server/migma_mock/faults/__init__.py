"""Faults: a closed list of ways to answer badly, each deterministic. Pure: nothing here touches a socket.

Every body that the mock makes holds to the contract (:mod:`migma_mock.messages.reply`); what does not is a fault, and
``Reply.matched_by`` names it.
"""

from migma_mock.faults.armed import AppliedFault, ArmedFault, ArmedFaults, TooManyFaultsError, apply
from migma_mock.faults.base import MAX_SECONDS, FaultKind, FaultSpec
from migma_mock.faults.catalogue import FAULTS, AnyFaultSpec, fault_problems, parse_fault
from migma_mock.faults.warnings import arming_warnings
from migma_mock.messages.delivery import NORMAL, Chunk, Delivery

__all__ = [
    "FAULTS",
    "MAX_SECONDS",
    "NORMAL",
    "AnyFaultSpec",
    "AppliedFault",
    "ArmedFault",
    "ArmedFaults",
    "Chunk",
    "Delivery",
    "FaultKind",
    "FaultSpec",
    "TooManyFaultsError",
    "apply",
    "arming_warnings",
    "fault_problems",
    "parse_fault",
]
