confirm-back = اتركه كما هو
