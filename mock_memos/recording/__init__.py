"""Recording: a proxy writes exchanges with a service to a HAR file and drafts a scenario from them.

Change here what is recorded, what is redacted, and what a draft takes from answers.
Called by the command `record` alone.
"""
