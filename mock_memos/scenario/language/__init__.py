"""The keys of scenario files, as structs: what they mean is in their annotations."""
