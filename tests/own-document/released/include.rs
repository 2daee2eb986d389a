__rt::operations! { 1 "0.1.0+0.1.0.20261124" [decimal uploads webhooks] "generated.rs" }
