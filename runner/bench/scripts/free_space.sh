# How much room is left where benches, backups and databases lie: free_space
for path in /home/frappe /home/frappe/backups /var/lib/mysql; do
	[ -d "$path" ] || continue
	printf '%s=%s\n' "$path" "$(df --output=avail --block-size=1 "$path" | tail -n 1 | tr -d ' ')"
done
