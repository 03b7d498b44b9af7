"""Faults: a closed list of deterministic changes to a reply, without any I/O.

Every reply of the mock satisfies the contract (:mod:`migma_mock.messages.reply`) unless a fault changed it, and then
its ``matched_by`` names the fault.
"""

from migma_mock.faults.armed import ArmedFault, TooManyFaultsError, apply
from migma_mock.faults.base import FaultSpec
from migma_mock.faults.catalogue import FAULTS, parse_fault
from migma_mock.faults.warnings import arming_warnings

__all__ = ["FAULTS", "ArmedFault", "FaultSpec", "TooManyFaultsError", "apply", "arming_warnings", "parse_fault"]
