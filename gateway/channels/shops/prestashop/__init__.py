"""PrestaShop (webservice): orders and credit slips in; stock, tracking numbers and states back."""
