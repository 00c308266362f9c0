package bench

import "testing"

func TestParseFreeSpace(t *testing.T) {
	dir, free := ParseFreeSpace([]byte("/home/frappe=9000\nnoise\n/home/frappe/backups=12\n/var/lib/mysql=9000\n"))
	if dir != "/home/frappe/backups" || free != 12 {
		t.Errorf("got %s with %d bytes", dir, free)
	}
	if dir, _ := ParseFreeSpace([]byte("df: nothing\n")); dir != "" {
		t.Errorf("got %s out of nothing", dir)
	}
}
