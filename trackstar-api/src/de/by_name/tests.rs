use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::*;

/// Declares a type in the same way as the generator does, wrapping serde's derive so that it
/// doesn't get to see lists.
macro_rules! by_name {
    ($name:ident: $item:item) => {
        const _: () = {
            #[derive(Deserialize)]
            $item

            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    __ByName::deserialize(ByName(deserializer))
                }
            }
        };
    };
}

#[derive(Debug, Default, PartialEq, Serialize)]
struct Leaf {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<i64>,
}

by_name! { Leaf:
    #[serde(remote = "Leaf")]
    struct __ByName {
        id: String,
        #[serde(default)]
        count: Option<i64>,
    }
}

#[derive(Debug, PartialEq, Serialize)]
struct Flat {
    name: String,
    #[serde(flatten)]
    leaf: Leaf,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

by_name! { Flat:
    #[serde(remote = "Flat")]
    struct __ByName {
        name: String,
        #[serde(flatten)]
        leaf: Leaf,
        #[serde(flatten)]
        extra: Map<String, Value>,
    }
}

#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "kind")]
enum Tagged {
    One { id: String },
    Two(Leaf),
}

by_name! { Tagged:
    #[serde(remote = "Tagged", tag = "kind")]
    enum __ByName {
        One { id: String },
        Two(Leaf),
    }
}

#[derive(Debug, PartialEq, Serialize)]
enum External {
    One { id: String, leaf: Leaf },
    Two(Vec<Leaf>),
    Three,
}

by_name! { External:
    #[serde(remote = "External")]
    enum __ByName {
        One { id: String, leaf: Leaf },
        Two(Vec<Leaf>),
        Three,
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Either {
    Leaf(Leaf),
    Lists(Vec<Vec<i64>>),
}

fn refused<T: serde::de::DeserializeOwned + fmt::Debug>(value: &Value) {
    let text = serde_json::from_str::<T>(&value.to_string()).expect_err("no object");
    let parsed = serde_json::from_value::<T>(value.clone()).expect_err("no object");
    for error in [text.to_string(), parsed.to_string()] {
        assert!(!error.contains("s3cret"), "{error}");
    }
}

fn read<T: serde::de::DeserializeOwned + PartialEq + fmt::Debug>(value: &Value) -> T {
    let text: T = serde_json::from_str(&value.to_string()).expect("readable");
    assert_eq!(
        serde_json::from_value::<T>(value.clone()).expect("readable"),
        text
    );
    text
}

#[test]
fn reads_objects_and_rejects_arrays() {
    let leaf = || Leaf {
        id: "a".to_owned(),
        count: Some(1),
    };
    let object = json!({"id": "a", "count": 1});
    let list = json!(["a", 1]);
    assert_eq!(read::<Leaf>(&object), leaf());
    refused::<Leaf>(&list);
    let error = serde_json::from_str::<Leaf>("[\"a\", 1]").expect_err("a list");
    assert_eq!(
        error.to_string(),
        "invalid type: sequence, expected struct Leaf at line 1 column 1"
    );
    assert_eq!(read::<Vec<Leaf>>(&json!([object])), [leaf()]);
    refused::<Vec<Leaf>>(&json!([list]));

    let flat = read::<Flat>(&json!({"name": "n", "id": "a", "count": 1, "more": [1]}));
    assert_eq!(flat.leaf, leaf());
    assert_eq!(
        flat.extra,
        Map::from_iter([("more".to_owned(), json!([1]))])
    );
    refused::<Flat>(&json!(["n", "a", 1]));

    assert_eq!(
        read::<Tagged>(&json!({"kind": "One", "id": "a"})),
        Tagged::One { id: "a".to_owned() }
    );
    assert_eq!(
        read::<Tagged>(&json!({"kind": "Two", "id": "a", "count": 1})),
        Tagged::Two(leaf())
    );
    refused::<Tagged>(&json!(["One", "a"]));
    refused::<Tagged>(&json!(["Two", "a", 1]));
    refused::<Tagged>(&json!(["One", {"id": "a"}]));

    assert_eq!(
        read::<External>(&json!({"One": {"id": "a", "leaf": object}})),
        External::One {
            id: "a".to_owned(),
            leaf: leaf()
        }
    );
    assert_eq!(
        read::<External>(&json!({"Two": [object]})),
        External::Two(vec![leaf()])
    );
    assert_eq!(read::<External>(&json!("Three")), External::Three);
    refused::<External>(&json!({"One": ["a", object]}));
    refused::<External>(&json!({"One": {"id": "a", "leaf": list}}));
    refused::<External>(&json!({"Two": [list]}));

    assert_eq!(read::<Either>(&object), Either::Leaf(leaf()));
    assert_eq!(read::<Either>(&json!([[1]])), Either::Lists(vec![vec![1]]));
    refused::<Either>(&list);
}

/// Generates a value where some of the objects have been replaced with a list of their fields.
fn of_records() -> impl Strategy<Value = (Value, bool)> {
    (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(outer, inner, leaf)| {
        let leaf_value = if leaf {
            json!(["a", 1])
        } else {
            json!({"id": "a", "count": 1})
        };
        let body = if inner {
            json!(["i", leaf_value])
        } else {
            json!({"id": "i", "leaf": leaf_value})
        };
        let value = if outer {
            json!(["One", body])
        } else {
            json!({"One": body})
        };
        (value, outer || inner || leaf)
    })
}

proptest! {
    #[test]
    fn rejects_any_array_instead_of_an_object((value, wrong) in of_records()) {
        prop_assert_eq!(serde_json::from_value::<External>(value.clone()).is_err(), wrong);
        prop_assert_eq!(serde_json::from_str::<External>(&value.to_string()).is_err(), wrong);
    }
}
