"""Decodes request bodies, multipart forms, filters and attachments, and explains what is wrong.

Change here what is accepted, and the error code and hint of what is not.
`engine` decodes requests with it; operations parse filters and attachments.
"""
