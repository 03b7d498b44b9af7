"""Faults: a closed list of ways to answer badly, each deterministic. Pure: nothing here touches a socket.

Every body that the mock makes holds to the contract (:mod:`migma_mock.messages.reply`); what does not is a fault, and
``Reply.decided_by`` names it.
"""

from migma_mock.faults.armed import ArmedFault, ArmedFaults, Hit, TooManyFaultsError, apply
from migma_mock.faults.base import MAX_SECONDS, Fault, Spec
from migma_mock.faults.catalogue import FAULTS, FaultSpec, fault_problems, parse_fault
from migma_mock.faults.outcome import Outcome
from migma_mock.faults.warnings import doubts
from migma_mock.messages.delivery import NORMAL, Delivery, Piece

__all__ = [
    "FAULTS",
    "MAX_SECONDS",
    "NORMAL",
    "ArmedFault",
    "ArmedFaults",
    "Delivery",
    "Fault",
    "FaultSpec",
    "Hit",
    "Outcome",
    "Piece",
    "Spec",
    "TooManyFaultsError",
    "apply",
    "doubts",
    "fault_problems",
    "parse_fault",
]
