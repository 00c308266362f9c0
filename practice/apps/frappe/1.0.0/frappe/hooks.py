app_name = "frappe"
app_title = "Framework"
app_publisher = "Practice"
app_description = "A small framework for practice benches"

scheduler_events = {"all": ["frappe.scheduler.record_event"]}
