//! Owns who a roster's cadres are: one cell may name several, the same person stands in many rows,
//! and some sheets give no numbers.
//!
//! Elsewhere: the users of the district, among whom the caller looks up a name.

use std::borrow::Cow;
use std::collections::HashMap;
use std::mem;

use qilian_domain::ids::UserId;

use super::super::columns::Column;
use super::super::enterprise::phone_text;
use super::super::reason::{Rejected, Whereabouts};
use super::super::record::Record;
use super::super::text::{half_width, plain, stated};
use super::{Roster, RosterCadre};

/// The cells that name a row's cadres.
const CELLS: [Column; 4] = [
    Column::CadreName,
    Column::CadreId,
    Column::CadreUnit,
    Column::CadrePhone,
];

/// Who stands in one row.
#[derive(Debug, Clone, Default)]
pub(super) struct CadresOfRow {
    /// Places in the list of all cadres.
    pub(super) places: Vec<usize>,
    /// Whether a number stands beside another name here than in an earlier row.
    pub(super) name_differs: bool,
}

/// The cadres met so far.
#[derive(Default)]
pub(super) struct CadreList {
    cadres: Vec<RosterCadre>,
    by_id: HashMap<UserId, usize>,
    by_name: HashMap<(String, Option<String>), usize>,
    /// The cells of the last row and what was made of them: merged cells repeat for many rows.
    last: Option<([String; 4], CadresOfRow)>,
}

impl CadreList {
    pub(super) fn into_cadres(self) -> Vec<RosterCadre> {
        self.cadres
    }

    /// Who stands in a row, each once; nobody if the row names nobody.
    pub(super) fn of(&mut self, record: &Record<'_>) -> CadresOfRow {
        let texts = CELLS.map(|column| record.get(column).text());
        if let Some((last, found)) = &self.last
            && last
                .iter()
                .zip(&texts)
                .all(|(old, new)| old == new.as_deref().unwrap_or(""))
        {
            return found.clone();
        }
        let texts = texts.map(|text| text.map(Cow::into_owned).unwrap_or_default());
        let found = self.find(&texts);
        self.last = Some((texts, found.clone()));
        found
    }

    fn find(&mut self, [names, ids, units, phones]: &[String; 4]) -> CadresOfRow {
        let names: Vec<String> = parts(names).map(name_text).collect();
        let ids: Vec<String> = parts(ids).map(|id| plain(id).into_owned()).collect();
        let several = names.len().max(ids.len());
        let units = shared(units, several);
        let phones = shared(phones, several);
        let mut found = CadresOfRow::default();
        for place in 0..several {
            // Numbers belong to names place by place; fewer of one than of the other leave a gap.
            let (name, id) = (names.get(place), ids.get(place));
            let Some(label) = name.or(id) else { continue };
            let told = RosterCadre {
                id: id.map(|id| UserId::new(id.as_str())),
                name: label.clone(),
                unit: units.get(place).map(|unit| (*unit).to_owned()),
                phone: phones.get(place).map(|phone| phone_text(phone)),
            };
            let cadre = self.known_or_new(told, name.is_some(), &mut found.name_differs);
            if !found.places.contains(&cadre) {
                found.places.push(cadre);
            }
        }
        found
    }

    fn known_or_new(&mut self, told: RosterCadre, named: bool, name_differs: &mut bool) -> usize {
        let next = self.cadres.len();
        let place = match &told.id {
            Some(id) => *self.by_id.entry(id.clone()).or_insert(next),
            None => *self
                .by_name
                .entry((told.name.clone(), told.unit.clone()))
                .or_insert(next),
        };
        match self.cadres.get_mut(place) {
            None => self.cadres.push(told),
            // What a later row knows of the same person fills gaps and overwrites nothing.
            Some(known) => {
                let nameless = known
                    .id
                    .as_ref()
                    .is_some_and(|id| id.as_str() == known.name);
                if named && nameless {
                    known.name = told.name;
                } else if named && known.name != told.name {
                    *name_differs = true;
                }
                known.unit = known.unit.take().or(told.unit);
                known.phone = known.phone.take().or(told.phone);
            }
        }
        place
    }
}

impl Roster {
    /// Names the cadres whom the sheet gives no number, and refuses the rows of those whom `find`
    /// does not know (`cadre_missing`), with their warnings.
    ///
    /// `find` returns the one user whom the district knows under that name and unit, or `None` if
    /// there is none or more than one. After this every cadre that a row refers to has an id.
    pub fn identify_cadres(&mut self, mut find: impl FnMut(&RosterCadre) -> Option<UserId>) {
        for place in 0..self.cadres.len() {
            if self.cadres[place].id.is_none()
                && let Some(id) = find(&self.cadres[place])
            {
                self.cadres[place].id = Some(id);
            }
        }
        self.unite();
        let Self {
            cadres,
            rows,
            rejected,
            warned,
            ..
        } = self;
        let known = |place: &usize| cadres.get(*place).is_some_and(|cadre| cadre.id.is_some());
        let before = rejected.len();
        rows.retain_mut(|row| {
            let first = row.cadres.first().and_then(|place| cadres.get(*place));
            let name = first.map(|cadre| cadre.name.clone()).unwrap_or_default();
            row.cadres.retain(known);
            if row.cadres.is_empty() {
                let at = Whereabouts {
                    row: row.row,
                    name: Some(&row.name),
                };
                rejected.push(Rejected::unknown_cadre(at, &name));
            }
            !row.cadres.is_empty()
        });
        if rejected.len() > before {
            rejected.sort_by_key(|rejected| rejected.row);
            warned.retain(|warned| {
                rejected
                    .binary_search_by_key(&warned.row, |r| r.row)
                    .is_err()
            });
        }
    }

    /// A cadre without number is the one of the same name who has one, if the sheet has only one.
    pub(super) fn identify_by_name_in_sheet(&mut self) {
        for place in 0..self.cadres.len() {
            let cadre = &self.cadres[place];
            if cadre.id.is_some() {
                continue;
            }
            let units_agree = |other: &RosterCadre| {
                cadre.unit.is_none() || other.unit.is_none() || cadre.unit == other.unit
            };
            let mut same = self.cadres.iter().filter(|other| {
                other.id.is_some() && other.name == cadre.name && units_agree(other)
            });
            if let (Some(one), None) = (same.next(), same.next())
                && let Some(id) = one.id.clone()
            {
                self.cadres[place].id = Some(id);
            }
        }
        self.unite();
    }

    /// Makes one entry of those that turned out to have the same number.
    fn unite(&mut self) {
        let mut by_id: HashMap<UserId, usize> = HashMap::new();
        let mut places = Vec::with_capacity(self.cadres.len());
        for cadre in mem::take(&mut self.cadres) {
            let next = self.cadres.len();
            let place = match &cadre.id {
                Some(id) => *by_id.entry(id.clone()).or_insert(next),
                None => next,
            };
            places.push(place);
            if place == next {
                self.cadres.push(cadre);
            }
        }
        if places.len() == self.cadres.len() {
            return;
        }
        for row in &mut self.rows {
            let old = mem::take(&mut row.cadres);
            for place in old.into_iter().filter_map(|place| places.get(place)) {
                if !row.cadres.contains(place) {
                    row.cadres.push(*place);
                }
            }
        }
    }
}

/// The parts of a cell that lists several.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(['、', ',', '，', ';', '；', '/', '\n', '\r'])
        .filter_map(stated)
}

/// What a cell says for each of several cadres: a part each, or all of it for everybody, for a unit's
/// name may list departments.
fn shared(text: &str, several: usize) -> Vec<&str> {
    let listed: Vec<&str> = parts(text).collect();
    if several > 1 && listed.len() == several {
        return listed;
    }
    stated(text)
        .map(|whole| vec![whole; several])
        .unwrap_or_default()
}

/// A name without the spaces that offices put into two-character names (`张　三`).
fn name_text(name: &str) -> String {
    if name.is_ascii() {
        return name.to_owned();
    }
    name.chars()
        .filter(|symbol| !symbol.is_whitespace())
        .map(half_width)
        .collect()
}
