package runner

import (
	"testing"

	"central/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }
