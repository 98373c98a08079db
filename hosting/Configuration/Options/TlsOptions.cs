namespace DEngine.Configuration;

/// <summary>
/// Encryption between nodes and towards clients (<c>[tls]</c>). Not in this version: turning it on is a mistake, never a start without it.
/// </summary>
public sealed class TlsOptions
{
    /// <summary>Default false.</summary>
    public bool EnableTls { get; set; }

    /// <summary>Whether peers and clients show certificates as well. Default false.</summary>
    public bool EnableMtls { get; set; }

    /// <summary>PEM file of this node's certificate. Default: null, none.</summary>
    public string? ServerCertificatePath { get; set; }

    /// <summary>PEM file of its private key. Default: null, none.</summary>
    public string? ServerPrivateKeyPath { get; set; }

    /// <summary>PEM file of the authority that others' certificates are checked against. Default: null, none.</summary>
    public string? CertificateAuthorityRootPath { get; set; }
}
