"""Tell which of three differs: the published document, the contract, or the live API.

The exchanges of a run are judged by both documents. What violates both is the API's; what violates the contract alone
is a contract that is out of date; what violates the published document alone is a document that is ahead, or wrong. A
change between the documents that no such finding shows was not seen.
"""
