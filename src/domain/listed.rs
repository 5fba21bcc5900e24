//! Enums that are offered as a list, by their names in the API: one place says all three, so that none is forgotten in another.

/// An enum with `ALL`, its variants in this order, and `name`.
macro_rules! listed {
    (
        $(#[$about:meta])*
        pub enum $enum:ident {
            $($(#[$meaning:meta])* $variant:ident = $name:literal,)+
        }
    ) => {
        $(#[$about])*
        pub enum $enum {
            $($(#[$meaning])* $variant,)+
        }

        impl $enum {
            /// All of them.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

            /// Its name in the API, in metrics and in the audit trail.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

pub(crate) use listed;
