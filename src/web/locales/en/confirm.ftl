confirm-back = Cancel
