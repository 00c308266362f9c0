package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"central/fleet"
)

// paying is the condition of subscriptions that count as revenue, as fleet.CustomerSubscription.Paying says it.
const paying = "first_paid_at IS NOT NULL AND state IN ('ACTIVE', 'PAST_DUE')"

// Figures counts the subscriptions as the team asks for them.
func (s *Store) Figures(ctx context.Context, span fleet.FigureSpan) (fleet.Figures, error) {
	figures := fleet.Figures{At: now(), Revenue: []fleet.Money{}}
	if err := span.Validate(); err != nil {
		return figures, err
	}
	db := s.db.WithContext(ctx)
	var totals struct{ Trials, Customers int }
	err := db.Raw("SELECT (SELECT COUNT(*) FROM customer_subscriptions WHERE state = 'TRIAL') AS trials, " +
		"(SELECT COUNT(DISTINCT customer_id) FROM customer_subscriptions WHERE " + paying + ") AS customers").Scan(&totals).Error
	if err != nil {
		return figures, err
	}
	figures.TrialsRunning, figures.PayingCustomers = totals.Trials, totals.Customers
	err = db.Raw("SELECT CAST(SUM(price_amount) AS SIGNED) AS amount, price_currency AS currency FROM customer_subscriptions WHERE " + paying +
		" AND price_amount > 0 GROUP BY price_currency ORDER BY price_currency").Scan(&figures.Revenue).Error
	if err != nil {
		return figures, err
	}
	days, err := countBy(db, byDay, "created_at", span.FirstDay(figures.At))
	if err != nil {
		return figures, err
	}
	figures.SignUps = span.DayCounts(figures.At, days)
	if figures.Cohorts, err = cohorts(db, span, figures); err != nil {
		return figures, err
	}
	figures.Churn, err = churn(db, span, figures)
	return figures, err
}

// period is a stretch of time that things are counted by: what makes a number of a date, and a text of that number. Numbers
// group several times as fast as texts do.
type period struct{ number, text string }

var (
	byDay   = period{number: "TO_DAYS(%s)", text: "DATE_FORMAT(FROM_DAYS(number), '%Y-%m-%d')"}
	byMonth = period{number: "EXTRACT(YEAR_MONTH FROM %s)", text: "INSERT(number, 5, 0, '-')"}
)

// of is the number of a column's date.
func (p period) of(column string) string { return fmt.Sprintf(p.number, column) }

// countBy counts the subscriptions by the period of a date, of those that have one from a day on.
func countBy(db *gorm.DB, by period, column string, from time.Time) (map[string]int, error) {
	var rows []struct {
		Text  string
		Count int
	}
	err := db.Raw("SELECT "+by.text+" AS text, count FROM (SELECT "+by.of(column)+" AS number, COUNT(*) AS count FROM customer_subscriptions WHERE "+
		column+" >= ? GROUP BY number) counted", from).Scan(&rows).Error
	counts := map[string]int{}
	for _, row := range rows {
		counts[row.Text] = row.Count
	}
	return counts, err
}

func cohorts(db *gorm.DB, span fleet.FigureSpan, figures fleet.Figures) ([]fleet.Cohort, error) {
	var rows []fleet.Cohort
	err := db.Raw("SELECT "+byMonth.text+" AS month, started, converted, paying FROM (SELECT "+byMonth.of("created_at")+" AS number, COUNT(*) AS started, "+
		"CAST(SUM(first_paid_at IS NOT NULL) AS SIGNED) AS converted, CAST(SUM("+paying+") AS SIGNED) AS paying "+
		"FROM customer_subscriptions WHERE created_at >= ? GROUP BY number) counted", span.FirstMonth(figures.At)).Scan(&rows).Error
	months := map[string]fleet.Cohort{}
	for _, row := range rows {
		months[row.Month] = row
	}
	return span.CohortsOf(figures.At, months), err
}

func churn(db *gorm.DB, span fleet.FigureSpan, figures fleet.Figures) ([]fleet.ChurnMonth, error) {
	first := span.FirstMonth(figures.At)
	var before int
	err := db.Raw("SELECT COUNT(*) FROM customer_subscriptions WHERE first_paid_at < ? AND (lost_at IS NULL OR lost_at >= ?)", first, first).Scan(&before).Error
	if err != nil {
		return nil, err
	}
	gained, err := countBy(db, byMonth, "first_paid_at", first)
	if err != nil {
		return nil, err
	}
	lost, err := countBy(db, byMonth, "lost_at", first)
	return span.ChurnOf(figures.At, before, gained, lost), err
}
