app_name = "shop"
app_title = "Shop"
app_publisher = "Practice"
app_description = "Items, customers and orders of a small shop"

after_install = ["shop.seed.after_install"]
customized_doctypes = ["Customer", "Item"]
