use proptest::prelude::*;

use super::*;

#[test]
fn reads_file_up_to_the_limit_into_one_buffer() {
    for length in [0, 1, 4096, LONGEST, LONGEST + 1, LONGEST + 2] {
        let source = vec![b'k'; length];
        let read = bounded(source.as_slice()).expect("readable");
        assert_eq!(read.len(), length.min(LONGEST + 1));
        let before = read.as_ptr();
        let text = text(read).expect("a text");
        assert!(
            text.is_empty() || text.as_ptr() == before,
            "it is not copied"
        );
    }
    assert!(text(Zeroizing::new(vec![0xff])).is_none());
}

proptest! {
    #[test]
    fn reads_file_from_any_pieces(pieces in proptest::collection::vec("[a-zé]{0,40}", 0..9)) {
        struct Pieces(Vec<Vec<u8>>);
        impl Read for Pieces {
            fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
                while let Some(piece) = self.0.first_mut() {
                    if piece.is_empty() {
                        self.0.remove(0);
                        continue;
                    }
                    let taken = piece.len().min(buffer.len()).min(7);
                    buffer[..taken].copy_from_slice(&piece[..taken]);
                    piece.drain(..taken);
                    return Ok(taken);
                }
                Ok(0)
            }
        }
        let source = Pieces(pieces.iter().map(|it| it.clone().into_bytes()).collect());
        let read = text(bounded(source).expect("readable")).expect("a text");
        prop_assert_eq!(read.as_str(), pieces.concat());
    }
}

#[cfg(unix)]
const USER: u32 = 1000;
#[cfg(unix)]
const OTHER: u32 = 65534;

#[cfg(unix)]
#[test]
fn reports_files_of_other_users_to_root() {
    let file = |owner, mode, user, others| {
        let access = Access { owner, mode };
        access.to_file(user, others, "/f/config.toml")
    };
    let another = "belongs to another user (uid 65534), who can read and change it: use your own \
         file";
    for others in [Others::Refused, Others::Warned] {
        assert_eq!(file(USER, 0o600, USER, others), None);
        assert_eq!(file(USER, 0o400, USER, others), None);
        for user in [USER, ROOT] {
            assert_eq!(file(OTHER, 0o600, user, others).as_deref(), Some(another));
        }
        assert_eq!(
            file(USER, 0o640, USER, others).as_deref(),
            Some("can be read or changed by others (mode 640): run `chmod 600 /f/config.toml`")
        );
    }
    assert!(file(ROOT, 0o600, USER, Others::Refused).is_some());
    assert_eq!(file(ROOT, 0o400, USER, Others::Warned), None);
}

#[cfg(unix)]
#[test]
fn reports_folders_in_which_others_can_replace_files() {
    let folder = |owner, mode, user| Access { owner, mode }.to_folder(user, "/f");
    for mode in [0o700, 0o755, 0o500, 0o1777, 0o1775] {
        assert_eq!(folder(USER, mode, USER), None, "{mode:o}");
        assert_eq!(folder(ROOT, mode, USER), None, "{mode:o}");
    }
    for mode in [0o777, 0o775, 0o757, 0o2775, 0o702] {
        let expected = format!(
            "is in the folder /f, where others can replace it (mode {mode:03o}): run `chmod go-w \
             /f`"
        );
        assert_eq!(folder(USER, mode, USER), Some(expected));
    }
    for user in [USER, ROOT] {
        let told = folder(OTHER, 0o700, user).expect("of another");
        assert!(told.contains("of another user (uid 65534)"), "{told}");
    }
}

#[cfg(unix)]
proptest! {
    #[test]
    fn reports_any_access_of_others(owner in 0_u32..4, mode in 0_u32..0o10000, user in 0_u32..4) {
        let access = Access { owner, mode };
        let refused = access.to_file(user, Others::Refused, "f").is_some();
        prop_assert_eq!(refused, owner != user || mode & 0o066 != 0);
        let (others_write, sticky) = (mode & 0o022 != 0, mode & 0o1000 != 0);
        let replaced = access.to_folder(user, "f").is_some();
        prop_assert_eq!(replaced, (owner != user && owner != ROOT) || (others_write && !sticky));
    }
}
