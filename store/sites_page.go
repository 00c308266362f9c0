package store

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"central/fleet"
)

// maxSiteIDs bounds an explicit choice of all sites that match.
const maxSiteIDs = 100_000

// Sites is one page of the sites that match.
func (s *Store) Sites(ctx context.Context, page fleet.Page, filter fleet.SiteFilter, order fleet.SiteOrderBy) (fleet.SiteConnection, error) {
	connection := fleet.SiteConnection{Nodes: []fleet.Site{}}
	if err := page.Within(maxPage); err != nil {
		return connection, err
	}
	if siteColumns[order.Field] == "" {
		return connection, fleet.FieldErrorf(fleet.CodeInvalid, "orderBy.field", "Sites cannot be ordered by this.")
	}
	var total int64
	if err := s.matchingSites(ctx, filter, false).Count(&total).Error; err != nil {
		return connection, err
	}
	places, err := s.sitePlaces(ctx, page, filter, order)
	if err != nil {
		return connection, err
	}
	connection.TotalCount = int(total)
	if len(places) > page.First {
		places, connection.PageInfo.HasNextPage = places[:page.First], true
	}
	ids := make([]uint, len(places))
	for i, place := range places {
		ids[i] = place.ID
	}
	sites, err := s.SitesByID(ctx, ids)
	if err != nil {
		return connection, err
	}
	for _, id := range ids {
		connection.Nodes = append(connection.Nodes, sites[id])
	}
	if n := len(places); n > 0 {
		end := places[n-1].cursor(order.Field).encode()
		connection.PageInfo.EndCursor = &end
	}
	return connection, nil
}

// sitePlace is a site with all that it may be ordered by. Sorting these instead of whole rows is faster.
type sitePlace struct {
	ID        uint
	Name      string
	CreatedAt time.Time
	Version   string // only where the list is ordered by it
}

// sitePlaces is the places of a page's sites, and of one more when there is one.
func (s *Store) sitePlaces(ctx context.Context, page fleet.Page, filter fleet.SiteFilter, order fleet.SiteOrderBy) ([]sitePlace, error) {
	column, direction, beyond := siteColumns[order.Field], "ASC", ">"
	if order.Descending {
		direction, beyond = "DESC", "<"
	}
	query, columns := s.matchingSites(ctx, filter, order.Field == fleet.SiteOrderVersion), "sites.id, sites.name, sites.created_at"
	if order.Field == fleet.SiteOrderVersion {
		columns += ", revisions.version"
	}
	if page.After != "" {
		cursor, err := decodeSiteCursor(page.After, order.Field)
		if err != nil {
			return nil, err
		}
		// In this form, unlike (column, id) > (?, ?), an index on the column leads straight to the place.
		query = query.Where(fmt.Sprintf("%[1]s %[2]s= ? AND (%[1]s %[2]s ? OR sites.id %[2]s ?)", column, beyond), cursor.value(), cursor.value(), cursor.ID)
	}
	var places []sitePlace
	err := query.Select(columns).Order(fmt.Sprintf("%s %s, sites.id %s", column, direction, direction)).Limit(page.First + 1).Scan(&places).Error
	return places, err
}

// SiteIDs is the ids of all sites that match, by name. It errs with CodeInvalid when they are too many to list.
func (s *Store) SiteIDs(ctx context.Context, filter fleet.SiteFilter) ([]uint, error) {
	ids := []uint{}
	err := s.matchingSites(ctx, filter, false).Order("sites.name").Limit(maxSiteIDs+1).Pluck("sites.id", &ids).Error
	if len(ids) > maxSiteIDs {
		return nil, fleet.FieldErrorf(fleet.CodeInvalid, "filter", "More than %d sites match; narrow the filter.", maxSiteIDs)
	}
	return ids, err
}

// SiteVersions is the versions that living sites are on now, in order.
func (s *Store) SiteVersions(ctx context.Context) ([]string, error) {
	versions := []string{}
	err := s.db.WithContext(ctx).Model(&fleet.Revision{}).
		Where("EXISTS (SELECT 1 FROM sites WHERE sites.revision_id = revisions.id AND sites.status NOT IN ?)", goneSites).
		Distinct().Order("version").Pluck("version", &versions).Error
	return versions, err
}

// goneSites are the states of sites that live on no server.
var goneSites = []fleet.SiteStatus{fleet.SiteArchived, fleet.SiteFailed}

// matchingSites is the sites that match, joined with their revisions where the filter or the caller needs those.
func (s *Store) matchingSites(ctx context.Context, filter fleet.SiteFilter, revisions bool) *gorm.DB {
	query := s.db.WithContext(ctx).Table("sites")
	if revisions || filter.Versions != nil {
		query = query.Joins("JOIN revisions ON revisions.id = sites.revision_id")
	}
	if filter.Statuses != nil {
		query = query.Where("sites.status IN ?", filter.Statuses)
	} else {
		query = query.Where("sites.status NOT IN ?", goneSites)
	}
	switch filter.Standby {
	case fleet.StandbyWith:
	case fleet.StandbyOnly:
		query = query.Where("sites.standby_pool_id IS NOT NULL")
	default:
		query = query.Where("sites.standby_pool_id IS NULL")
	}
	if filter.Search != "" {
		query = query.Where("sites.name LIKE ?", "%"+likeEscaper.Replace(strings.ToLower(filter.Search))+"%")
	}
	if filter.BenchIDs != nil {
		query = query.Where("sites.bench_id IN ?", filter.BenchIDs)
	}
	if filter.ServerIDs != nil {
		query = query.Where("sites.server_id IN ?", filter.ServerIDs)
	}
	if filter.Versions != nil {
		query = query.Where("revisions.version IN ?", filter.Versions)
	}
	if hours := filter.BackupOlderThanHours; hours != nil {
		query = query.Where("(sites.last_backup_at IS NULL OR sites.last_backup_at <= ?)", now().Add(-time.Duration(*hours)*time.Hour))
	}
	if filter.Health != nil {
		query = query.Joins("LEFT JOIN site_health ON site_health.site_id = sites.id").
			Where("CASE WHEN site_health.checked_at >= ? THEN site_health.state ELSE 'UNKNOWN' END IN ?", now().Add(-fleet.HealthStaleAfter), filter.Health)
	}
	return query
}

// likeEscaper makes what people type stand for itself in a LIKE.
var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// siteColumns are what a list of sites can be ordered by.
var siteColumns = map[fleet.SiteOrder]string{
	fleet.SiteOrderName:    "sites.name",
	fleet.SiteOrderVersion: "revisions.version",
	fleet.SiteOrderCreated: "sites.created_at",
}

// siteCursor is a place in an ordered list of sites.
type siteCursor struct {
	Field fleet.SiteOrder `json:"f"`
	Text  string          `json:"t,omitempty"`
	At    time.Time       `json:"a"`
	ID    uint            `json:"i"`
}

func (p sitePlace) cursor(field fleet.SiteOrder) siteCursor {
	c := siteCursor{Field: field, Text: p.Name, At: p.CreatedAt, ID: p.ID}
	if field == fleet.SiteOrderVersion {
		c.Text = p.Version
	}
	return c
}

func (c siteCursor) value() any {
	if c.Field == fleet.SiteOrderCreated {
		return c.At
	}
	return c.Text
}

func (c siteCursor) encode() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings, numbers and a time always encode
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func decodeSiteCursor(encoded string, field fleet.SiteOrder) (siteCursor, error) {
	var cursor siteCursor
	text, err := base64.RawURLEncoding.DecodeString(encoded)
	if err == nil {
		err = json.Unmarshal(text, &cursor)
	}
	if err != nil || cursor.Field != field || field == fleet.SiteOrderCreated && cursor.At.Year() < 1000 {
		return cursor, fleet.FieldErrorf(fleet.CodeInvalid, "after", "This is no cursor of a list in this order.")
	}
	return cursor, nil
}
