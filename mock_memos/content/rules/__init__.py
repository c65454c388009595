"""The fixed rules by which messages become memories when no scenario says otherwise.

One file for each thing that is recognised: statements in English and in Chinese, happenings, tool
use, attachments, corrections. The rules see texts and give drafts; they know nothing of a world.
"""
