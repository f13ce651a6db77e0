//! `catalog.jsonld`: what there is, for open-data portals that gather catalogues (DCAT 3).

use serde_json::{Value, json};

use super::{DataFile, Facts, data_files};
use crate::plan::{ApiFile, Site, Subject};

/// The catalogue of a portal; `facts` are those of a file.
pub fn catalogue(site: &Site<'_>, facts: &dyn Fn(&DataFile) -> Facts) -> Value {
    let settings = &site.portal().settings;
    let base = &settings.base_url;
    let text = |text: &str| json!({ "@value": text, "@language": site.language });
    let title = text(settings.title.get(site.language));
    let description = match settings.description.get(site.language) {
        "" => title.clone(),
        description => text(description),
    };
    let publisher = settings.facts.organiser.as_ref().unwrap_or(&settings.title).get(site.language);
    let publisher =
        json!({ "@id": format!("{base}#publisher"), "@type": "foaf:Agent", "foaf:name": text(publisher) });
    let distributions: Vec<Value> =
        data_files(site.portal()).iter().map(|file| distribution(site, file, &facts(file))).collect();
    let mut dataset = json!({
        "@id": format!("{base}data/#dataset"),
        "@type": "dcat:Dataset",
        "dct:title": title,
        "dct:description": description,
        "dct:publisher": { "@id": format!("{base}#publisher") },
        "dct:language": site.language,
        "dct:accrualPeriodicity": { "@id": "http://publications.europa.eu/resource/authority/frequency/ANNUAL" },
        "dcat:landingPage": { "@id": format!("{base}data/") },
        "dcat:distribution": distributions,
    });
    let mut years = site.portal().years();
    if let Some(first) = years.next() {
        let last = years.next_back().unwrap_or(first);
        let date = |date: String| json!({ "@value": date, "@type": "xsd:date" });
        dataset["dct:temporal"] = json!({
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": date(format!("{first}-01-01")),
            "dcat:endDate": date(format!("{last}-12-31")),
        });
    }
    let mut catalogue = json!({
        "@context": context(),
        "@id": format!("{base}data/catalog.jsonld"),
        "@type": "dcat:Catalog",
        "dct:title": title,
        "dct:description": description,
        "dct:publisher": publisher,
        "dct:language": site.language,
        "foaf:homepage": { "@id": base },
        "dcat:dataset": dataset,
    });
    if site.drawn.wants(&Subject::Api(ApiFile::Index)) {
        catalogue["dcat:service"] = json!({
            "@id": format!("{base}api/#service"),
            "@type": "dcat:DataService",
            "dct:title": title,
            "dcat:endpointURL": { "@id": format!("{base}api/") },
            "dcat:endpointDescription": { "@id": format!("{base}{}", ApiFile::Description.route()) },
            "dcat:servesDataset": { "@id": format!("{base}data/#dataset") },
        });
    }
    catalogue
}

fn context() -> Value {
    json!({
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "spdx": "http://spdx.org/rdf/terms#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    })
}

fn distribution(site: &Site<'_>, file: &DataFile, facts: &Facts) -> Value {
    let base = &site.portal().settings.base_url;
    let url = format!("{base}{}", file.route());
    json!({
        "@id": url,
        "@type": "dcat:Distribution",
        "dct:title": { "@value": file.title(site), "@language": site.language },
        "dcat:accessURL": { "@id": format!("{base}data/") },
        "dcat:downloadURL": { "@id": url },
        "dcat:mediaType": { "@id": format!("https://www.iana.org/assignments/media-types/{}", file.media_type()) },
        "dcat:byteSize": { "@value": facts.bytes.to_string(), "@type": "xsd:nonNegativeInteger" },
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": { "@id": "spdx:checksumAlgorithm_sha256" },
            "spdx:checksumValue": { "@value": facts.sha256, "@type": "xsd:hexBinary" },
        },
    })
}
