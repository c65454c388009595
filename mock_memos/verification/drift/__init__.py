"""The drift report: the same calls at a service and at the mock, compared field by field.

Change the calls in `tour`, the comparison in `report`. Called by the command `drift`.
"""
