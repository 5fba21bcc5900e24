confirm-back = Leave it as it is
