"""Shortcuts that answer the same in less time; one setting, `fast_path`, turns all of them off."""
