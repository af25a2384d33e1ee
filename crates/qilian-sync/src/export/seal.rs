//! Owns the pieces of an export: each is a byte that says whether it is the last, its length, and what HPKE sealed.
//! They are numbered by HPKE, so that none is left out, doubled or exchanged; without the last one it is cut off.
//!
//! Elsewhere: what is inside (`super`).

use std::io::{self, ErrorKind, Read, Write};

use hpke::aead::{AeadCtxR, AeadCtxS, ChaCha20Poly1305};
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable as _, Kem, OpModeR, OpModeS, Serializable as _};
use qilian_domain::ids::DistrictId;
use qilian_domain::rows::ExportKey;

use super::{ExportFault, ExportSecret, MAGIC};

/// Bytes in a piece before it is sealed.
const PIECE: usize = 64 * 1024;
/// Bytes that sealing adds.
const TAG: usize = 16;
const MORE: [u8; 1] = [0];
const LAST: [u8; 1] = [1];

type Sender = AeadCtxS<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>;
type Receiver = AeadCtxR<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>;
type PublicKey = <X25519HkdfSha256 as Kem>::PublicKey;
type PrivateKey = <X25519HkdfSha256 as Kem>::PrivateKey;
type Encapped = <X25519HkdfSha256 as Kem>::EncappedKey;

impl ExportSecret {
    /// The public half. Any 32 random bytes are a secret of this curve.
    ///
    /// # Errors
    /// [`ExportFault::Damaged`], if the curve's implementation refuses it.
    pub fn key(&self) -> Result<ExportKey, ExportFault> {
        let public = X25519HkdfSha256::sk_to_pk(&self.private()?);
        Ok(ExportKey(public.to_bytes().into()))
    }

    fn private(&self) -> Result<PrivateKey, ExportFault> {
        PrivateKey::from_bytes(&self.0).map_err(|_| ExportFault::Damaged)
    }
}

/// Bytes for another district open nothing.
fn info(district: &DistrictId) -> Vec<u8> {
    [MAGIC.as_slice(), district.as_str().as_bytes()].concat()
}

/// Pieces being sealed.
pub(super) struct Sealed<W: Write> {
    to: W,
    sender: Sender,
    piece: Vec<u8>,
}

impl<W: Write> Sealed<W> {
    pub(super) fn begin(
        mut to: W,
        key: ExportKey,
        district: &DistrictId,
        random: &mut impl hpke::rand_core::CryptoRng,
    ) -> Result<Self, ExportFault> {
        let key = PublicKey::from_bytes(&key.0).map_err(|_| ExportFault::Damaged)?;
        let (encapped, sender): (Encapped, Sender) =
            hpke::setup_sender_with_rng(&OpModeS::Base, &key, &info(district), random)
                .map_err(|_| ExportFault::Damaged)?;
        to.write_all(MAGIC)?;
        to.write_all(&encapped.to_bytes())?;
        Ok(Self {
            to,
            sender,
            piece: Vec::with_capacity(PIECE),
        })
    }

    pub(super) fn finish(mut self) -> Result<W, ExportFault> {
        self.seal(LAST)?;
        self.to.flush()?;
        Ok(self.to)
    }

    fn seal(&mut self, which: [u8; 1]) -> io::Result<()> {
        let sealed = self.sender.seal(&self.piece, &which);
        let sealed = sealed.map_err(|e| io::Error::other(e.to_string()))?;
        let length = u32::try_from(sealed.len()).map_err(io::Error::other)?;
        self.piece.clear();
        self.to.write_all(&which)?;
        self.to.write_all(&length.to_be_bytes())?;
        self.to.write_all(&sealed)
    }
}

impl<W: Write> Write for Sealed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.piece.len() == PIECE {
            self.seal(MORE)?;
        }
        let room = PIECE - self.piece.len();
        let taken = bytes.get(..room).unwrap_or(bytes);
        self.piece.extend_from_slice(taken);
        Ok(taken.len())
    }

    /// Nothing: a piece is written when it is full.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Pieces being opened.
pub(super) struct Opened<R: Read> {
    from: R,
    receiver: Receiver,
    piece: Vec<u8>,
    read: usize,
    last: bool,
}

impl<R: Read> Opened<R> {
    pub(super) fn begin(
        mut from: R,
        secret: &ExportSecret,
        district: &DistrictId,
    ) -> Result<Self, ExportFault> {
        let mut magic = [0; MAGIC.len()];
        let begun = from.read_exact(&mut magic);
        match begun {
            Err(e) if e.kind() != ErrorKind::UnexpectedEof => return Err(e.into()),
            Ok(()) if magic == *MAGIC => {}
            _ => return Err(ExportFault::NotAnExport),
        }
        let mut encapped = [0; 32];
        exactly(&mut from, &mut encapped)?;
        let encapped = Encapped::from_bytes(&encapped).map_err(|_| ExportFault::Damaged)?;
        let receiver = hpke::setup_receiver(
            &OpModeR::Base,
            &secret.private()?,
            &encapped,
            &info(district),
        );
        Ok(Self {
            from,
            receiver: receiver.map_err(|_| ExportFault::Damaged)?,
            piece: Vec::new(),
            read: 0,
            last: false,
        })
    }

    fn open(&mut self) -> Result<(), ExportFault> {
        let (mut which, mut length) = ([0], [0; 4]);
        exactly(&mut self.from, &mut which)?;
        exactly(&mut self.from, &mut length)?;
        let length = u32::from_be_bytes(length) as usize;
        if length > PIECE + TAG {
            return Err(ExportFault::Damaged);
        }
        let mut sealed = vec![0; length];
        exactly(&mut self.from, &mut sealed)?;
        let opened = self.receiver.open(&sealed, &which);
        self.piece = opened.map_err(|_| ExportFault::Damaged)?;
        self.read = 0;
        self.last = which == LAST;
        Ok(())
    }
}

impl<R: Read> Read for Opened<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.read == self.piece.len() && !self.last {
            self.open().map_err(io::Error::other)?;
        }
        let rest = self.piece.get(self.read..).unwrap_or_default();
        let taken = rest.len().min(into.len());
        let (rest, into) = (rest.get(..taken), into.get_mut(..taken));
        if let (Some(rest), Some(into)) = (rest, into) {
            into.copy_from_slice(rest);
        }
        self.read += taken;
        Ok(taken)
    }
}

fn exactly(from: &mut impl Read, into: &mut [u8]) -> Result<(), ExportFault> {
    from.read_exact(into).map_err(|e| match e.kind() {
        ErrorKind::UnexpectedEof => ExportFault::CutOff,
        _ => ExportFault::Io(e),
    })
}
