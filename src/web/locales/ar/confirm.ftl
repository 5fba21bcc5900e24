confirm-back = إلغاء
