# Says which revisions hold a site: site_location HOST
for config in /home/frappe/benches/*/r*/sites/"$1"/site_config.json; do
	[ -e "$config" ] || continue
	revision=${config#/home/frappe/benches/}
	printf '%s\n' "revision=${revision%%/sites/*}"
done
