//! Dashboards as Grafana imports them.

use serde_json::{Value, json};

use super::dashboards::{Dashboard, Kind, Panel};
use super::settings::Settings;

/// The version of the schema that is written, which Grafana 10 to 12 read.
const SCHEMA: u32 = 39;

/// How wide a dashboard is, in Grafana's units.
const WIDTH: u32 = 24;

/// Renders a dashboard. The data source is a variable, so that it works wherever it is imported.
pub(super) fn render(dashboard: &Dashboard, settings: &Settings) -> String {
    let mut place = Place::default();
    let mut panels: Vec<Value> = Vec::new();
    for (id, one) in (1_u32..).zip(dashboard.panels) {
        panels.push(panel(one, id, &place.next(one.kind), settings));
    }
    let source = source();
    let document = json!({
        "uid": dashboard.uid,
        "title": dashboard.title,
        "tags": ["plimsoll"],
        "schemaVersion": SCHEMA,
        "editable": true,
        "graphTooltip": 1,
        "refresh": dashboard.refresh,
        "time": {"from": dashboard.from, "to": "now"},
        "timepicker": {},
        "timezone": "browser",
        "links": [{"type": "dashboards", "title": "Others", "tags": ["plimsoll"], "asDropdown": true, "icon": "external link",
            "includeVars": true, "keepTime": false, "targetBlank": false, "tooltip": "", "url": ""}],
        "templating": {"list": [{"type": "datasource", "name": "source", "label": "Data source", "query": "prometheus",
            "hide": 0, "includeAll": false, "multi": false, "options": [], "refresh": 1, "regex": "", "skipUrlSync": false,
            "current": {"selected": false, "text": "Prometheus", "value": "prometheus"}}]},
        "annotations": {"list": [{"name": "Alerts", "datasource": source, "enable": true, "hide": false,
            "iconColor": "red", "expr": "ALERTS{alertstate=\"firing\"}"}]},
        "panels": panels,
    });
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn source() -> Value {
    json!({"type": "prometheus", "uid": "${source}"})
}

fn panel(panel: &Panel, id: u32, place: &Value, settings: &Settings) -> Value {
    let (kind, options) = match panel.kind {
        Kind::Lines => (
            "timeseries",
            json!({"legend": {"displayMode": "list", "placement": "bottom", "showLegend": true, "calcs": []},
                "tooltip": {"mode": "multi", "sort": "desc"}}),
        ),
        Kind::Number => (
            "stat",
            json!({"colorMode": "value", "graphMode": "area", "justifyMode": "auto", "orientation": "auto", "textMode": "auto",
                "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": false}}),
        ),
        Kind::Bars => (
            "bargauge",
            json!({"displayMode": "basic", "orientation": "horizontal", "showUnfilled": true, "minVizHeight": 10, "minVizWidth": 0,
                "valueMode": "color", "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": false}}),
        ),
    };
    let targets: Vec<Value> = ('A'..='Z')
        .zip(panel.queries)
        .map(|(letter, (legend, query))| {
            json!({"refId": letter.to_string(), "datasource": source(), "expr": settings.fill(query), "legendFormat": legend,
                "editorMode": "code", "range": true})
        })
        .collect();
    json!({
        "id": id,
        "type": kind,
        "title": panel.title,
        "datasource": source(),
        "gridPos": place,
        "fieldConfig": {"defaults": {"unit": panel.unit, "mappings": [], "color": {"mode": "palette-classic"}}, "overrides": []},
        "options": options,
        "targets": targets,
    })
}

/// Where the next panel goes: four numbers or two charts beside each other.
#[derive(Default)]
struct Place {
    x: u32,
    y: u32,
    row: u32,
}

impl Place {
    fn next(&mut self, kind: Kind) -> Value {
        let (width, height) = match kind {
            Kind::Number => (6, 4),
            Kind::Lines | Kind::Bars => (12, 8),
        };
        if self.x + width > WIDTH || (self.x > 0 && self.row != height) {
            self.x = 0;
            self.y += self.row;
        }
        self.row = height;
        let place = json!({"x": self.x, "y": self.y, "w": width, "h": height});
        self.x += width;
        place
    }
}
