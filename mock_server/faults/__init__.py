"""Faults: a closed list of ways to answer badly, each deterministic. Pure: nothing here touches a socket.

Every body that the mock makes holds to the contract (:mod:`mock_server.reply`); what does not is a fault, and
``Reply.decided_by`` names it.
"""

from mock_server.delivery import NORMAL, Delivery, Piece
from mock_server.faults.armed import ArmedFault, ArmedFaults, Hit, TooManyFaultsError, apply
from mock_server.faults.catalogue import FAULTS, FaultSpec, fault_problems, parse_fault
from mock_server.faults.doubts import doubts
from mock_server.faults.outcome import Outcome
from mock_server.faults.script import Script, ScriptFile, Step, StepFile
from mock_server.faults.spec import MAX_SECONDS, Fault, Spec

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
    "Script",
    "ScriptFile",
    "Spec",
    "Step",
    "StepFile",
    "TooManyFaultsError",
    "apply",
    "doubts",
    "fault_problems",
    "parse_fault",
]
